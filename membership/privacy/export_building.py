"""A copy of everything about a member, as the data map says: what it names for export is in it, by its own headings.

Two forms in one zip: a JSON that a program reads, and a CSV for each table that a person opens. A table that comes
tomorrow is in it as soon as it stands on the map.

What is about a baby that she put away lies in a folder of its own: it is hers and she gets it, but nobody who opens her
copy after a loss comes upon it.
"""

import asyncio
import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from foundation import clock, data_map
from foundation.sheets import BOM, Sheet, csv_bytes
from membership import members
from membership.privacy import export_reading, export_words
from membership.privacy.export_reading import Contents
from membership.privacy.export_words import Names, Row

READ_ME = """\
这里是沐婴为您整理的全部个人资料，整理时间：{at}（北京时间）。

这个压缩包里有：
- README.txt：本说明。
- 表格：每类资料一张表，可以用Excel或WPS打开。
- 全部资料.json：同样的内容，供程序读取；状态、类型等用代码表示，金额的单位是分，时间带时区。
- 字典.json：代码的中文含义。
{put_away}
“表格”里有：
{sheets}
没有记录的类别不单独成表。

表格中的时间是北京时间，金额的单位是元，体重的单位是克，身长和头围的单位是毫米。
表格中以'开头的文字是为了防止表格软件把它当作公式，内容本身不含这个符号。

请妥善保管，不要转发给他人。资料如有不对的地方，可以在小程序里更正，或联系客服。
"""
PUT_AWAY = "已收起"
ABOUT_PUT_AWAY = f"- {PUT_AWAY}：您收起的档案单独放在这个文件夹里，格式同上。不必打开；到期后我们会将其销毁。\n"

Files = Mapping[str, bytes]


async def build(member: members.MemberRecord) -> bytes:
    """The zip. Reads of hers only; everything she ever was counts as her."""
    contents = await export_reading.read(member)
    words = export_words.dictionary(data_map.current())
    return await asyncio.to_thread(_zipped, contents, words, clock.now())


def _zipped(contents: Contents, words: object, at: datetime) -> bytes:
    made = at.astimezone(clock.SHANGHAI).replace(microsecond=0)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(contents, words, made).items():
            archive.writestr(name, content)
    return out.getvalue()


def _files(contents: Contents, words: object, made: datetime) -> Files:
    sheets = dict(_sheets(contents.tables, contents.names))
    apart = {title: rows for title, rows in contents.put_away.items() if rows}
    lines = "\n".join(f"- {name}（{len(sheet.rows)}条）" for name, sheet in sheets.items())
    text = READ_ME.format(at=f"{made:%Y-%m-%d %H:%M}", sheets=lines, put_away=ABOUT_PUT_AWAY if apart else "")
    files = {
        "README.txt": (BOM + text.replace("\n", "\r\n")).encode(),
        "全部资料.json": _json(contents.tables, made),
        "字典.json": msgspec.json.format(msgspec.json.encode(words), indent=2),
        **{f"表格/{name}": csv_bytes(sheet) for name, sheet in sheets.items()},
    }
    if apart:
        files[f"{PUT_AWAY}/全部资料.json"] = _json(apart, made)
        for name, sheet in _sheets(apart, contents.names):
            files[f"{PUT_AWAY}/表格/{name}"] = csv_bytes(sheet)
    return files


def _json(tables: Mapping[str, list[Row]], made: datetime) -> bytes:
    told = {title: [export_words.for_programs(row) for row in rows] for title, rows in tables.items()}
    return msgspec.json.format(msgspec.json.encode({"整理时间": made, **told}), indent=2)


def _sheets(tables: Mapping[str, list[Row]], names: Names) -> Iterator[tuple[str, Sheet]]:
    """For each table with lines; what she reads in it is in columns of its own."""
    told = (
        (title, [line for row in rows for line in export_words.for_her(row, names)]) for title, rows in tables.items()
    )
    for number, (title, lines) in enumerate(((title, lines) for title, lines in told if lines), 1):
        header = list(dict.fromkeys(heading for line in lines for heading in line))
        cells = [[line.get(heading) for heading in header] for line in lines]
        yield f"{number:02} {title}.csv", Sheet(title, header, cells)

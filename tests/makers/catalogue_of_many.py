"""A catalogue of any size, in a database of its own, with words as rare as is wanted."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import product as combinations
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import asyncpg
import msgspec

from foundation.settings import Settings
from membership.catalogue import searching
from server.migrate import migrate

BUILT_LATER = ("product_search_grams", "product_gram_by_points", "product_gram_by_id")
BRANDS = ("云朵熊", "小橡树", "糖果屋", "森林家", "安心兔", "月亮湾", "向日葵", "蓝鲸岛")
GOODS = (
    *(
        "纱布口水巾6条",
        "手口湿巾80抽",
        "触感布书",
        "吸盘餐盘",
        "竹纤维浴巾",
        "保温杯",
        "安抚小熊",
        "云柔抽纸24包",
        "静音理发器",
    ),
    *(
        "学步鞋",
        "防撞角8只",
        "爬行垫2m",
        "硅胶围兜",
        "连体衣",
        "指甲剪套装",
        "儿童雨衣",
        "积木100粒",
        "早教卡片",
        "沐浴小鸭",
    ),
    *("防蚊手环", "推车挂钩", "妈咪包", "辅食剪", "恒温水壶", "春秋睡袋"),
)
COLOURS = ("奶白", "浅蓝", "樱粉", "嫩绿", "鹅黄", "燕麦", "雾灰")


class Word(msgspec.Struct, frozen=True):
    """A word in the names of one product in `every`, of `at_most` of them; or `at_the_end` of the shelf."""

    word: str
    every: int = 1
    at_most: int = 1_000_000
    at_the_end: bool = False

    def names(self, place: int, products: int) -> bool:
        if self.at_the_end:
            return place >= products - products // self.every
        each = max(self.every, products // self.at_most)
        return place % each == each // 2 and place // each < self.at_most


@asynccontextmanager
async def catalogue_of(settings: Settings, products: int, words: Sequence[Word]) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a database with so many products and little else; it is gone afterwards."""
    name = f"test_{uuid4().hex[:12]}"
    url = urlunsplit(urlsplit(settings.database_url)._replace(path=f"/{name}"))
    admin = await asyncpg.connect(settings.database_url)
    await admin.execute(f"CREATE DATABASE {name}")
    try:
        await migrate(msgspec.structs.replace(settings, database_url=url))
        connection = await asyncpg.connect(url, server_settings={"jit": "off", "random_page_cost": "1.1"})
        await _plant(connection, products, words)
        await connection.execute("VACUUM ANALYZE")  # as the autovacuum leaves it
        yield connection
        await connection.close()
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


async def _plant(connection: asyncpg.Connection, products: int, words: Sequence[Word]) -> None:
    for table in ("product", "product_search", "product_gram"):  # it would come in between
        await connection.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
    spelt = {
        part: await searching.text_of(part) for part in (*BRANDS, *GOODS, *COLOURS, *(each.word for each in words))
    }
    names = list(combinations(COLOURS, GOODS, BRANDS))
    rows = []
    for place in range(products):
        colour, goods, brand = names[place * 37 % len(names)]
        parts = (brand, goods, colour, *(each.word for each in words if each.names(place, products)))
        text = " ".join("".join(column) for column in zip(*(spelt[part].split(" ") for part in parts), strict=True))
        # Ids grow with time in life, and so do these.
        product_id = UUID(int=(place << 96) | uuid4().int >> 32)
        rows.append((product_id, "".join(parts), place // 10, place * 7919 % 5_000 + 1, text))
    await connection.executemany(
        "INSERT INTO product (id, name, description, points, stock, supplied, promotion_refused, on_sale, sort)"
        " VALUES ($1, $2, repeat('软软的，', 20), $3, 10, 10, false, true, $4)",
        [(each, name, points, sort) for each, name, sort, points, _ in rows],
    )
    # All at once, as the migration does it: triggers and full indexes would take a minute.
    await connection.execute("SET session_replication_role = replica")
    indexes = [await connection.fetchval("SELECT pg_get_indexdef($1::regclass)", name) for name in BUILT_LATER]
    for name in BUILT_LATER:
        await connection.execute(f"DROP INDEX {name}")
    await connection.executemany(
        "INSERT INTO product_search (product_id, text, grams) VALUES ($1, $2, $3)",
        [(each, text, searching.grams_of(text)) for each, _, _, _, text in rows],
    )
    await connection.execute(
        "INSERT INTO product_gram (gram, sort, points, id) SELECT gram, sort, points, id"
        " FROM product JOIN product_search ON product_id = id, unnest(grams) AS gram ORDER BY 1, 2, 4"
    )
    for index in indexes:
        await connection.execute(index)
    await connection.execute("RESET session_replication_role")

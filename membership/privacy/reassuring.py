"""Being sure once more who asks: a phone that lies open on a table must not delete or copy somebody's life."""

from uuid import UUID

from foundation import ground
from foundation.secrets import vault
from membership import members
from membership.privacy.errors import NotTheSamePerson


async def require_same_person(member_id: UUID, code: str) -> None:
    """Spends a fresh code of `wx.login`. Raises WeChat's refusals, `NotTheSamePerson`."""
    login = await ground.wechat().login(code)
    if vault().index("openid", login.openid) != await members.openid_index_of(member_id):
        raise NotTheSamePerson

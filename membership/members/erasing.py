"""The end of a member: everything personal goes with her key, and what is left is a pseudonym."""

from foundation import database
from foundation.transactions import within_transaction
from membership.members.records import MemberRecord
from membership.members.steps import free_number

WITHDRAW = "UPDATE consent SET withdrawn_at = now() WHERE member_id = $1 AND withdrawn_at IS NULL"
FORGET_WECHAT = "DELETE FROM wechat_identity WHERE member_id = $1"
ERASE = """
UPDATE member SET status = 'erased', number = $2, data_key = NULL, phone_index = NULL, phone_sealed = NULL,
       phone_verified_at = NULL, profile_sealed = NULL, ban_reason = NULL,
       ban_reason_sealed = NULL
 WHERE id = $1
"""


@within_transaction
async def erase(member: MemberRecord) -> None:
    """Erases a member who is held: her consents end, WeChat knows her no more, her keys are destroyed.

    Her number stands on receipts and in the tills' own books, beside a phone perhaps; so the pseudonym gets another.
    What leads to her ledger after that is the random id of her row, which nobody outside ever saw with her name.
    """
    await database.execute(WITHDRAW, member.id)
    await database.execute(FORGET_WECHAT, member.id)
    await database.execute(ERASE, member.id, await free_number())

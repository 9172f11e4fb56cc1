"""The ground's entries on the data map."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="session",
        columns=("subject",),
        purpose="who is signed in on which device",
        on_erasure="ended at once, deleted 30 days after the last refresh",
    ),
    PersonalData(
        table="idempotency_key",
        columns=("subject", "answer"),
        purpose="the first answer to a request that may be sent again",
        on_erasure="deleted after 7 days",
    ),
    PersonalData(
        table="wechat_message",
        columns=("number_index", "content_sealed"),
        purpose="what WeChat pushed, until it has been acted on",
        on_erasure="deleted after 30 days",
    ),
)

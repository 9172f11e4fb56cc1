"""What enrolment refuses."""

from foundation.errors import Problem


class PhoneTaken(Problem):
    """The phone belongs to a member with a WeChat of her own; it is free again once she changes or leaves it."""

    status = 409
    code = "phone_taken"
    title = "The phone belongs to another member with a WeChat identity of her own"
    detail = (
        "该手机号已绑定其他微信账号。如果那也是您的微信，请用它登录后更换手机号；"
        "如果不是，请换一个手机号，或联系客服核实处理"
    )

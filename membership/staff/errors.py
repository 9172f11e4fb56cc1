"""What the staff feature refuses."""

from foundation.errors import NotFound, Problem


class CredentialsWrong(Problem):
    """One answer for an unknown name, a wrong password, a wrong or used code and a person who has left."""

    status = 401
    code = "credentials_wrong"
    title = "Name, password or one-time code is wrong"
    detail = "账号、密码或动态码不正确；动态码每 30 秒更新一次，用过的请等下一个"


class StaffNameTaken(Problem):
    status = 409
    code = "staff_name_taken"
    title = "Another member of staff has this name"
    detail = "该账号名已被使用"


class StaffNotFound(NotFound):
    code = "staff_not_found"
    title = "There is no such member of staff"
    detail = "没有找到该员工"


class PasswordTooShort(Problem):
    status = 422
    code = "password_too_short"
    title = "A password has 12 to 128 characters"
    detail = "密码长度需为12到128个字符"

"""What the addresses refuse."""

from foundation.errors import NotFound, Problem


class AddressNotFound(NotFound):
    code = "address_not_found"
    title = "There is no such address"
    detail = "没有找到这个收货地址，请重新选择"


class TooManyAddresses(Problem):
    status = 409
    code = "too_many_addresses"
    title = "A member has at most 20 addresses"
    detail = "最多保存20个收货地址，请先删除不用的地址"

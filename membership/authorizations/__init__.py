"""Authorizations: 《母婴健康数据授权书》, purpose by purpose."""

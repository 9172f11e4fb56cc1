"""A local stand-in for WeChat's servers, for development and tests: same paths, same answers, state in memory."""

from foundation.wechat.standin.app import create_standin

__all__ = ["create_standin"]

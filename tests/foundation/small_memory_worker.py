"""The process that decodes, with less memory than a picture of 16 megapixels takes."""

import resource

from foundation.beside_worker import serve
from foundation.picture_worker import make

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (96 << 20, 96 << 20))
    serve(make)

"""What the header of an image file tells before it is decoded."""

# 8,192 x 8,192, more than a camera of 61 megapixels writes.
MAX_PIXELS = 2**26

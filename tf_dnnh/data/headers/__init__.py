"""What the header of an image file tells before it is decoded."""

"""NUS-WIDE: 269,648 Flickr images with 81 concepts, several per image."""

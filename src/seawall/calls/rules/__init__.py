"""The rules of this room, each beside its page. What lies in this folder is in the book."""

"""The pure part of the joins: what is asked, which sites can have sent it, which triggers reach them."""

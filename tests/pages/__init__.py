"""The language of rule pages: what it says (`language`) and how it is done on a server (`bench`)."""

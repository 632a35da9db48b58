"""Old form against new form, measured on a private server: what a fix does to the stall and to the work.

    finding ──choose──> Form, size ──collect──> blocks of rounds ──verdict──> Proof ──wording──> text, JSON

`form` and `forms/` are the catalogue: every fault that commands can show, in its old and its new form. `verdict` and
`waits` are pure statistics. `collect/` starts the server, seeds the key, sends both forms in turns and watches a
foreground client meanwhile. Nothing is imported here: the foreground client's process would pay for it.
"""

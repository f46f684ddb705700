"""What a person did or gave that cannot work, said in one sentence."""


class SubtitlerError(Exception):
    """Bad input or wrong use: the message says what is wrong, where, and what to do.

    The command line prints the message on stderr and exits with 2; every module raises this
    (or a subclass) for anything a user can mend, and lets real bugs through as they are.
    """

"""Understanding: exact reading of buttons and answers, then rules for free text."""

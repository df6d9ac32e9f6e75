"""What official accounts and mini-programs have in common: how WeChat signs, encrypts, writes and is called."""

"""What a person does with accounts: one function per button, the only code that writes them."""

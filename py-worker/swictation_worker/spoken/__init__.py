"""What a recogniser writes with signs and digits, as the words that were said."""

"""Files of comments, of any size and however damaged, into parsed comments and rows that say what is wrong."""

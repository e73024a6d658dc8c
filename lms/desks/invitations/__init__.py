"""The page behind the link of an invitation: accept or decline."""

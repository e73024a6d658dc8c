"""What happens to certificates after their issue: renewal, decisions of two people, changed laws."""

"""The pages on which a holder decides about her own certificate."""

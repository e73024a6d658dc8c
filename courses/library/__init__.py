"""The public library: norms, services, figures and cards, for anybody."""

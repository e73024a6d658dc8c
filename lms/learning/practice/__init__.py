"""Observed practice: what a trainer watches and signs; and her approval of a learner."""

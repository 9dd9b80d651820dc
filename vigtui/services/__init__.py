"""What a practitioner does, in verbs. Each takes a unit of work and domain values; sees the other rooms only as `ports`."""

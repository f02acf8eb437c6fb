"""What there is for people: the catalogue, what fits whom, and referrals to partners."""

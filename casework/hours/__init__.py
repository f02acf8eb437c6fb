"""When an organisation is open and its coaches work: rules in wall time, answers in UTC."""

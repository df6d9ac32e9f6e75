"""WeChat as our service sees it: an API with its quotas and faults, and users whose pushes it signs and sends."""

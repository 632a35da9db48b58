"""What runs when: EventBridge rules and schedules in templates, crontabs, and the time zones they name."""

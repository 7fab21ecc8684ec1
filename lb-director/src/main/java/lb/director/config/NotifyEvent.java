package lb.director.config;

/** What a notify script can be told of, with keepalived's keyword for it. */
public enum NotifyEvent {
    MASTER("notify_master"),
    BACKUP("notify_backup"),
    FAULT("notify_fault"),
    /** The director stops. */
    STOP("notify_stop"),
    /** A reload took the instance or group away. */
    DELETED("notify_deleted"),
    /** An Active heard an advert of lower priority; for instances only. */
    LOWER_PRIORITY("notify_master_rx_lower_pri");

    private final String keyword;

    NotifyEvent(String keyword) {
        this.keyword = keyword;
    }

    /** The keyword of its own script. */
    public String keyword() {
        return keyword;
    }
}

package lb.director.config.syntax;

/** How bad a diagnostic is: with one ERROR no configuration is applied at all. */
public enum Severity {
    ERROR,
    WARNING;

    /** The word used in rendered diagnostics. */
    public String label() {
        return this == ERROR ? "error" : "warning";
    }
}

package lb.director.config;

/**
 * A {@code vrrp_script}. Immutable.
 *
 * @param script what is run
 * @param intervalNanos from start to start
 * @param timeoutNanos after which it counts as failed, and is ended
 * @param weight unless a track_script line says otherwise; 0: what fails means FAULT
 * @param rise successes in a row until it counts as good again, at least 1
 * @param fall failures in a row until it counts as failed, at least 1
 * @param initFail whether it counts as failed before its first result
 */
public record VrrpScriptEntry(
        String name,
        ScriptEntry script,
        long intervalNanos,
        long timeoutNanos,
        int weight,
        boolean reverse,
        int rise,
        int fall,
        boolean initFail) {}

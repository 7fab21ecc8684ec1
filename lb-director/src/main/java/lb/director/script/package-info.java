/**
 * External commands: they run as an unprivileged user without capabilities, each in a session of
 * its own, for a bounded time, and never in a caller's thread.
 */
@NullMarked
package lb.director.script;

import org.jspecify.annotations.NullMarked;

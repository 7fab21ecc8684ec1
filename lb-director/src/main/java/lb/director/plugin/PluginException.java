package lb.director.plugin;

/** That a jar, or a folder of jars, is not taken; the message says why, for the operator. */
final class PluginException extends Exception {
    PluginException(String message) {
        super(message);
    }

    PluginException(String message, Throwable cause) {
        super(message, cause);
    }
}

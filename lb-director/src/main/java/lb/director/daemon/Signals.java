package lb.director.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import lb.core.linux.InheritedSignals;

/**
 * Signals of the operating system. Stateless; handlers run on a thread of the JVM's.
 *
 * <p>{@code sun.misc.Signal} of the module jdk.unsupported is the JDK's only way to hear SIGHUP; it
 * is reached by reflection because javac warns of it in a way that nothing can silence.
 */
final class Signals {
    private Signals() {}

    /**
     * Has {@code action} run each time the signal comes: also when this process was started with
     * the signal ignored, by nohup or in the background of a script.
     *
     * @param name without SIG: HUP, INT or TERM
     */
    @SuppressWarnings("ReferenceEquality") // of a proxy: equals would call itself
    static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler run =
                    (proxy, method, arguments) ->
                            switch (method.getName()) {
                                case "equals" -> arguments != null && proxy == arguments[0];
                                case "hashCode" -> System.identityHashCode(proxy);
                                case "toString" -> "handler of SIG" + name;
                                default -> {
                                    action.run();
                                    yield null;
                                }
                            };
            Object listener =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(), new Class<?>[] {handler}, run);
            InheritedSignals.restore(name);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM does not let SIG" + name + " be handled", e);
        }
    }
}

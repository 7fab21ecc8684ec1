package lb.director.demo;

/** The configuration file of the demo's director. Stateless; any thread. */
final class DemoConfiguration {
    private DemoConfiguration() {}

    static String text(String scheduler) {
        StringBuilder text = new StringBuilder();
        text.append("global_defs {\n    default_interface %s\n}\n\n".formatted(Machine.INTERFACE));
        text.append("virtual_server %s %d {\n".formatted(Machine.VIP, Machine.PORT));
        text.append("    lvs_sched %s\n".formatted(scheduler));
        if (scheduler.equals("mh") || scheduler.equals("sh")) {
            // There is one client: without its port in the hash all its connections go to one real
            // server.
            text.append("    %s-port\n".formatted(scheduler));
        }
        text.append("    lvs_method DR\n    protocol TCP\n");
        for (Machine server : Machine.REAL_SERVERS) {
            text.append(
                    "    real_server %s %d {\n        weight 1\n    }\n"
                            .formatted(server.address(), Machine.PORT));
        }
        return text.append("}\n").toString();
    }
}

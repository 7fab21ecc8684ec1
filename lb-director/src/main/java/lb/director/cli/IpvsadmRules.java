package lb.director.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lb.director.control.ControlException;
import lb.director.control.ServiceReport;
import lb.director.control.ServiceReport.RealServerReport;
import lb.director.control.ServicesReport;

/** The table as command lines that {@code -R} reads back. Stateless; any thread. */
final class IpvsadmRules {
    private static final Pattern NUMBERED = Pattern.compile("change (\\d+): (.*)", Pattern.DOTALL);

    private IpvsadmRules() {}

    /** A line for each service and real server, in the order of the table, which schedulers see. */
    static List<String> of(ServicesReport report) {
        List<String> lines = new ArrayList<>();
        for (ServiceReport service : report.services()) {
            lines.add("-A " + name(service) + " -s " + service.scheduler() + balancing(service));
            for (RealServerReport server : service.realServers()) {
                lines.add("-a " + name(service) + server(server));
            }
        }
        return lines;
    }

    private static String name(ServiceReport service) {
        if (service.mark() != 0) {
            return "-f " + service.mark() + (Endpoint.isIpv4(service.address()) ? "" : " -6");
        }
        String option =
                switch (service.protocol()) {
                    case "TCP" -> "-t ";
                    case "UDP" -> "-u ";
                    default -> "--" + service.protocol().toLowerCase(Locale.ROOT) + "-service ";
                };
        return option + Endpoint.text(service.address(), service.port());
    }

    private static String balancing(ServiceReport service) {
        StringBuilder text = new StringBuilder();
        if (service.persistenceSeconds() > 0) {
            text.append(" -p ").append(service.persistenceSeconds());
            String mask = ServiceText.mask(service);
            text.append(mask.isEmpty() ? "" : " -M " + mask);
        }
        text.append(service.onePacket() ? " -o" : "");
        if (!service.flags().isEmpty()) {
            text.append(" -b ").append(String.join(",", service.flags()));
        }
        return text.toString();
    }

    private static String server(RealServerReport server) {
        String text =
                " -r "
                        + Endpoint.text(server.address(), server.port())
                        + " -g -w "
                        + server.weight();
        if (server.upperThreshold() > 0) {
            text += " -x " + server.upperThreshold();
            text += server.lowerThreshold() > 0 ? " -y " + server.lowerThreshold() : "";
        }
        return text;
    }

    /** The same refusal, with the line of the input instead of the number of the change. */
    static ControlException withLine(ControlException refusal, List<Integer> lines) {
        Matcher matcher = NUMBERED.matcher(String.valueOf(refusal.getMessage()));
        if (matcher.matches()) {
            int number = Integer.parseInt(matcher.group(1));
            return new ControlException(
                    "line " + lines.get(number - 1) + ": " + matcher.group(2), refusal);
        }
        return lines.size() == 1
                ? new ControlException(
                        "line " + lines.getFirst() + ": " + refusal.getMessage(), refusal)
                : refusal;
    }
}

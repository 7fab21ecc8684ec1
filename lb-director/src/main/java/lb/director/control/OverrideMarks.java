package lb.director.control;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Overrides by what they concern. Immutable; any thread. */
final class OverrideMarks {
    private final Map<String, String> texts = new HashMap<>();

    OverrideMarks(List<OverrideReport> overrides) {
        for (OverrideReport one : overrides) {
            texts.put(one.service() + " " + one.realServer(), one.override());
        }
    }

    /** What commands made of a service, or of a real server in it; null = nothing. */
    @Nullable String of(String service, @Nullable String realServer) {
        return texts.get(service + " " + realServer);
    }
}

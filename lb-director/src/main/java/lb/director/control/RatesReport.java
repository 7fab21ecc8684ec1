package lb.director.control;

import lb.core.service.Rates;

/**
 * Traffic for each second, by IPVS's estimator. Immutable; any thread.
 *
 * @param connections new connections a second
 * @param packets packets a second
 * @param bytes bytes a second, from the IP header on
 */
public record RatesReport(long connections, long packets, long bytes) {
    static RatesReport of(Rates rates) {
        return new RatesReport(
                Math.round(rates.connections()),
                Math.round(rates.packets()),
                Math.round(rates.bytes()));
    }
}

package lb.vrrp.wire;

import java.util.LinkedHashSet;
import java.util.List;
import lb.core.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the adverts of one virtual router look like and which of others' it accepts: the checked
 * configuration of encoder and checks. Immutable; any thread.
 *
 * @param version the only version sent and accepted
 * @param family of the addresses and of the IP header
 * @param vrid 1 to 255
 * @param addresses the VIPs in the advert, in the order they are sent
 * @param advertIntervalNanos our own interval, a multiple of the version's unit
 * @param authentication version 2 only
 * @param checksumForm version 3 over IPv4 only
 * @param addressListPolicy what to do with adverts that list other addresses
 * @param skipCheckAdvAddr compare the address list only when the sender changes
 * @param owner whether the configured priority is 255
 * @param group where multicast adverts go
 * @param unicastPeers adverts go to these instead, if there are any
 * @param checkUnicastSource accept from these peers only
 * @param unicastTtl TTL or hop limit of unicast adverts, 1 to 255
 */
public record AdvertFormat(
        VrrpVersion version,
        IpFamily family,
        int vrid,
        List<IpAddress> addresses,
        long advertIntervalNanos,
        Authentication authentication,
        ChecksumForm checksumForm,
        AddressListPolicy addressListPolicy,
        boolean skipCheckAdvAddr,
        boolean owner,
        IpAddress group,
        List<UnicastPeer> unicastPeers,
        boolean checkUnicastSource,
        int unicastTtl) {
    private static final int ETHERNET_LENGTH = 14;
    private static final int MAX_COUNT = 255;

    /**
     * Checks what the protocol limits.
     *
     * @throws IllegalArgumentException naming the keyword, the value and what to do
     */
    public AdvertFormat {
        addresses = List.copyOf(addresses);
        unicastPeers = List.copyOf(unicastPeers);
        require(vrid >= 1 && vrid <= 255, "virtual_router_id " + vrid + ": must be 1 to 255");
        require(
                version == VrrpVersion.V3 || family == IpFamily.IPV4,
                "version 2 carries IPv4 only: use version 3 for IPv6 addresses");
        require(
                version == VrrpVersion.V2 || authentication.equals(Authentication.none()),
                "authentication: version 3 has none; remove the block or use version 2");
        int units = version.intervalUnits(advertIntervalNanos);
        assert units > 0;
        require(!addresses.isEmpty(), "virtual_ipaddress: at least one address is needed");
        require(
                addresses.size() <= MAX_COUNT,
                "virtual_ipaddress: "
                        + addresses.size()
                        + " addresses, but an advert holds 255; move the rest to virtual_ipaddress_excluded");
        require(
                new LinkedHashSet<>(addresses).size() == addresses.size(),
                "virtual_ipaddress: an address is listed twice");
        for (IpAddress address : addresses) {
            requireFamily(family, address, "virtual_ipaddress");
        }
        for (UnicastPeer peer : unicastPeers) {
            requireFamily(family, peer.address(), "unicast_peer");
        }
        requireFamily(family, group, "mcast_dst_ip");
        require(
                AddressBits.isMulticast(group),
                "mcast_dst_ip " + group + ": is no multicast address");
        require(
                unicastTtl >= 1 && unicastTtl <= 255,
                "unicast_ttl " + unicastTtl + ": must be 1 to 255");
    }

    /** Starts a description of the virtual router {@code vrid} with everything at its default. */
    public static Builder of(VrrpVersion version, int vrid, List<IpAddress> addresses) {
        return new Builder(version, vrid, addresses);
    }

    /** Bytes of a VRRP message. */
    public int messageLength() {
        return VrrpHeader.LENGTH
                + addresses.size() * family.addressLength()
                + version.trailerLength();
    }

    /** The interval field. */
    public int intervalUnits() {
        return version.intervalUnits(advertIntervalNanos);
    }

    /** Whether adverts go to single peers instead of the group. */
    public boolean isUnicast() {
        return !unicastPeers.isEmpty();
    }

    /**
     * How many addresses one unfragmented advert holds: bounded by the count field and by the link.
     * The rest belongs into virtual_ipaddress_excluded.
     *
     * @param mtu of the interface, in bytes
     */
    public static int maxAddresses(VrrpVersion version, IpFamily family, int mtu) {
        int ipHeader = family == IpFamily.IPV4 ? 20 : 40;
        // keepalived takes the Ethernet header off the MTU as well; peers must cut their lists at
        // the same place.
        int room = mtu - ETHERNET_LENGTH - ipHeader - VrrpHeader.LENGTH - version.trailerLength();
        return Math.clamp(room / family.addressLength(), 0, MAX_COUNT);
    }

    private static void requireFamily(IpFamily family, IpAddress address, String keyword) {
        require(
                IpFamily.of(address) == family,
                keyword
                        + " "
                        + address
                        + ": a virtual router has one address family, here "
                        + family);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Collects the settings of one format. Owned by the thread that configures. */
    public static final class Builder {
        private final VrrpVersion version;
        private final int vrid;
        private final List<IpAddress> addresses;
        private long advertIntervalNanos = 1_000_000_000L;
        private Authentication authentication = Authentication.none();
        private ChecksumForm checksumForm = ChecksumForm.PSEUDO;
        private AddressListPolicy addressListPolicy;
        private boolean skipCheckAdvAddr;
        private boolean owner;
        private @Nullable IpAddress group;
        private List<UnicastPeer> unicastPeers = List.of();
        private boolean checkUnicastSource;
        private int unicastTtl = 255;

        private Builder(VrrpVersion version, int vrid, List<IpAddress> addresses) {
            this.version = version;
            this.vrid = vrid;
            this.addresses = List.copyOf(addresses);
            addressListPolicy =
                    version == VrrpVersion.V2 ? AddressListPolicy.DROP : AddressListPolicy.ACCEPT;
        }

        /** Sets {@code advert_int}, in nanoseconds; 1 s unless set. */
        public Builder advertIntervalNanos(long value) {
            advertIntervalNanos = value;
            return this;
        }

        /** Sets {@code authentication}; none unless set. */
        public Builder authentication(Authentication value) {
            authentication = value;
            return this;
        }

        /** Sets {@code v3-ipv4-checksum}; with pseudo-header unless set. */
        public Builder checksumForm(ChecksumForm value) {
            checksumForm = value;
            return this;
        }

        /**
         * Sets what to do with other address lists: DROP in version 2, ACCEPT in version 3 unless
         * set.
         */
        public Builder addressListPolicy(AddressListPolicy value) {
            addressListPolicy = value;
            return this;
        }

        /** Sets {@code skip_check_adv_addr}; off unless set. */
        public Builder skipCheckAdvAddr(boolean value) {
            skipCheckAdvAddr = value;
            return this;
        }

        /** Says whether the configured priority is 255; no unless set. */
        public Builder owner(boolean value) {
            owner = value;
            return this;
        }

        /** Sets {@code mcast_dst_ip}; 224.0.0.18 or ff02::12 unless set. */
        public Builder group(IpAddress value) {
            group = value;
            return this;
        }

        /** Sets {@code unicast_peer}; multicast unless set. */
        public Builder unicastPeers(List<UnicastPeer> value) {
            unicastPeers = List.copyOf(value);
            return this;
        }

        /** Sets {@code check_unicast_src}; off unless set. */
        public Builder checkUnicastSource(boolean value) {
            checkUnicastSource = value;
            return this;
        }

        /** Sets {@code unicast_ttl}, 1 to 255; 255 unless set. */
        public Builder unicastTtl(int value) {
            unicastTtl = value;
            return this;
        }

        /**
         * Checks everything.
         *
         * @throws IllegalArgumentException naming the keyword, the value and what to do
         */
        public AdvertFormat build() {
            require(!addresses.isEmpty(), "virtual_ipaddress: at least one address is needed");
            IpFamily family = IpFamily.of(addresses.getFirst());
            return new AdvertFormat(
                    version,
                    family,
                    vrid,
                    addresses,
                    advertIntervalNanos,
                    authentication,
                    checksumForm,
                    addressListPolicy,
                    skipCheckAdvAddr,
                    owner,
                    group == null ? family.defaultGroup() : group,
                    unicastPeers,
                    checkUnicastSource,
                    unicastTtl);
        }
    }
}

package lb.vrrp.wire;

import java.util.EnumSet;
import java.util.List;
import lb.core.wire.Checksum;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;

/**
 * Decides which received adverts reach the automaton of one virtual router: the receive checks of
 * RFC 3768 section 7.1 and RFC 9568 section 7.1, in fixed order, the first failure deciding. Owned
 * by the thread that receives.
 *
 * <p>A dropped advert must leave all timers alone; the verdict is all that comes of it.
 */
public final class AdvertCheck {
    private static final int MULTICAST_TTL = 255;
    private static final int PRIORITY_OWNER = 255;
    private static final AdvertRemark[] REMARKS = AdvertRemark.values();

    private final AdvertFormat format;
    private final int intervalUnits;
    private final AddressTable addresses;
    private final AddressTable peers;
    private final long groupHigh;
    private final long groupLow;
    private final AdvertCounters counters;

    private AddressTable ownAddresses;
    private boolean listening = true;
    private boolean plainHeard;
    private final EnumSet<AdvertRemark> remarks = EnumSet.noneOf(AdvertRemark.class);
    private boolean listChecked;
    private long checkedHigh;
    private long checkedLow;

    /**
     * Checks adverts against {@code format}.
     *
     * @param ownAddresses of the interface: adverts from these are our own, looped back
     */
    public AdvertCheck(AdvertFormat format, List<IpAddress> ownAddresses) {
        this(format, new AddressTable(format.family(), ownAddresses), new AdvertCounters());
    }

    private AdvertCheck(AdvertFormat format, AddressTable ownAddresses, AdvertCounters counters) {
        this.format = format;
        this.ownAddresses = ownAddresses;
        this.counters = counters;
        intervalUnits = format.intervalUnits();
        addresses = new AddressTable(format.family(), format.addresses());
        peers =
                new AddressTable(
                        format.family(),
                        format.unicastPeers().stream().map(UnicastPeer::address).toList());
        groupHigh = format.group().high();
        groupLow = format.group().low();
    }

    /** One for another format of the same family, which goes on counting where this one stands. */
    public AdvertCheck withFormat(AdvertFormat other) {
        AdvertCheck next = new AdvertCheck(other, ownAddresses, counters);
        next.listening = listening;
        next.plainHeard = plainHeard;
        return next;
    }

    /** Replaces the interface's own addresses. */
    public void ownAddresses(List<IpAddress> value) {
        ownAddresses = new AddressTable(format.family(), value);
    }

    /**
     * Says whether the virtual router takes part, that is, is neither in Initialize nor in Fault.
     */
    public void listening(boolean value) {
        listening = value;
    }

    /** Judges and counts an advert that {@code advert} has read as UNCHECKED. */
    public AdvertVerdict check(AdvertView advert) {
        remarks.clear();
        AdvertVerdict verdict = firstFailure(advert);
        counters.count(verdict);
        if (verdict == AdvertVerdict.ACCEPTED) {
            countRemarks(advert);
        }
        return verdict;
    }

    /** Whether the advert judged last drew {@code remark}, be it accepted or dropped for it. */
    public boolean remarked(AdvertRemark remark) {
        return remarks.contains(remark);
    }

    /** The counts so far. */
    public AdvertCounters counters() {
        return counters;
    }

    /** The form an encoder should use now: the configured one, or with AUTO what was heard last. */
    public ChecksumForm formToSend() {
        if (format.checksumForm() != ChecksumForm.AUTO) {
            return format.checksumForm();
        }
        return plainHeard ? ChecksumForm.PLAIN : ChecksumForm.PSEUDO;
    }

    private AdvertVerdict firstFailure(AdvertView advert) {
        if (advert.vrid() != format.vrid() || advert.family() != format.family()) {
            return AdvertVerdict.VRID;
        }
        if (ownAddresses.indexOf(advert.sourceHigh(), advert.sourceLow()) >= 0) {
            return AdvertVerdict.OWN_SOURCE;
        }
        if (!listening) {
            return AdvertVerdict.NOT_LISTENING;
        }
        AdvertVerdict verdict = envelope(advert);
        if (verdict == AdvertVerdict.ACCEPTED) {
            verdict = header(advert);
        }
        return verdict == AdvertVerdict.ACCEPTED ? body(advert) : verdict;
    }

    private AdvertVerdict envelope(AdvertView advert) {
        boolean claimsHeader =
                advert.version() == 2 && advert.authType() == Authentication.TYPE_HEADER;
        if (advert.authenticationHeader() || claimsHeader) {
            return AdvertVerdict.AUTHENTICATION_HEADER;
        }
        if (advert.messageLength() != expectedLength(advert)) {
            return AdvertVerdict.LENGTH;
        }
        return ttlAllowed(advert) ? AdvertVerdict.ACCEPTED : AdvertVerdict.TTL;
    }

    /** By the packet's own version, so that the other version is named VERSION and not LENGTH. */
    private int expectedLength(AdvertView advert) {
        int list = advert.addressCount() * format.family().addressLength();
        return switch (advert.version()) {
            case 2 -> VrrpHeader.LENGTH + list + VrrpVersion.V2.trailerLength();
            case 3 -> VrrpHeader.LENGTH + list;
            default -> advert.messageLength();
        };
    }

    private boolean ttlAllowed(AdvertView advert) {
        if (!format.isUnicast()) {
            return advert.ttl() == MULTICAST_TTL;
        }
        int peer = peers.indexOf(advert.sourceHigh(), advert.sourceLow());
        if (peer < 0) {
            return true;
        }
        UnicastPeer range = format.unicastPeers().get(peer);
        return advert.ttl() >= range.minTtl() && advert.ttl() <= range.maxTtl();
    }

    private AdvertVerdict header(AdvertView advert) {
        if (advert.version() != format.version().number()) {
            return AdvertVerdict.VERSION;
        }
        if (format.version() == VrrpVersion.V2) {
            AdvertVerdict verdict = authentication(advert);
            if (verdict != AdvertVerdict.ACCEPTED) {
                return verdict;
            }
        }
        if (!intervalAllowed(advert)) {
            return AdvertVerdict.INTERVAL;
        }
        if (advert.type() != VrrpHeader.TYPE_ADVERTISEMENT) {
            return AdvertVerdict.TYPE;
        }
        return countAllowed(advert) ? AdvertVerdict.ACCEPTED : AdvertVerdict.ADDRESS_COUNT;
    }

    private AdvertVerdict authentication(AdvertView advert) {
        int type = advert.authType();
        if (type != Authentication.TYPE_NONE && type != Authentication.TYPE_PASSWORD) {
            return AdvertVerdict.AUTHENTICATION_TYPE_INVALID;
        }
        if (type != format.authentication().type()) {
            return AdvertVerdict.AUTHENTICATION_TYPE_MISMATCH;
        }
        if (type == Authentication.TYPE_NONE) {
            // RFC 3768 section 5.3.6: zeros, but ignored on receipt.
            return AdvertVerdict.ACCEPTED;
        }
        if (advert.truncated()) {
            return AdvertVerdict.TRUNCATED;
        }
        long data = advert.message() + advert.messageLength() - VrrpVersion.V2.trailerLength();
        return Memory.i64(data) == format.authentication().data()
                ? AdvertVerdict.ACCEPTED
                : AdvertVerdict.AUTHENTICATION_FAILURE;
    }

    private boolean intervalAllowed(AdvertView advert) {
        int units = advert.intervalUnits();
        if (format.version() == VrrpVersion.V2) {
            return units == intervalUnits;
        }
        if (units != intervalUnits) {
            remark(AdvertRemark.INTERVAL_DIFFERS);
        }
        return units != 0;
    }

    private boolean countAllowed(AdvertView advert) {
        if (advert.addressCount() == 0) {
            return false;
        }
        return advert.addressCount() == addresses.size() || otherAddressesAllowed(advert);
    }

    /** RFC 3768 section 7.1: another list is dropped unless the address owner sent it. */
    private boolean otherAddressesAllowed(AdvertView advert) {
        remark(AdvertRemark.ADDRESSES_DIFFER);
        return format.addressListPolicy() == AddressListPolicy.ACCEPT
                || advert.priority() == PRIORITY_OWNER;
    }

    private AdvertVerdict body(AdvertView advert) {
        if (advert.truncated()) {
            return AdvertVerdict.TRUNCATED;
        }
        if (!checksumFits(advert)) {
            return AdvertVerdict.CHECKSUM;
        }
        if (!destinationAllowed(advert)) {
            return AdvertVerdict.DESTINATION;
        }
        if (!listAllowed(advert)) {
            return AdvertVerdict.ADDRESS_LIST;
        }
        boolean stranger =
                format.isUnicast()
                        && format.checkUnicastSource()
                        && peers.indexOf(advert.sourceHigh(), advert.sourceLow()) < 0;
        return stranger ? AdvertVerdict.SOURCE : AdvertVerdict.ACCEPTED;
    }

    private boolean checksumFits(AdvertView advert) {
        long plain = Checksum.add(0, advert.message(), advert.messageLength());
        if (format.version() == VrrpVersion.V2) {
            return Checksum.finish(plain) == 0;
        }
        ChecksumForm form =
                format.family() == IpFamily.IPV6 ? ChecksumForm.PSEUDO : format.checksumForm();
        if (form != ChecksumForm.PLAIN && Checksum.finish(plain + pseudoHeader(advert)) == 0) {
            return true;
        }
        boolean fitsPlain = form != ChecksumForm.PSEUDO && Checksum.finish(plain) == 0;
        if (fitsPlain && form == ChecksumForm.AUTO) {
            remark(AdvertRemark.CHECKSUM_PLAIN);
        }
        return fitsPlain;
    }

    private static long pseudoHeader(AdvertView advert) {
        return PseudoHeader.sum(
                advert.family(),
                advert.sourceHigh(),
                advert.sourceLow(),
                advert.destinationHigh(),
                advert.destinationLow(),
                VrrpHeader.PROTOCOL,
                advert.messageLength());
    }

    private boolean destinationAllowed(AdvertView advert) {
        if (format.isUnicast()) {
            return !AddressBits.isMulticast(
                    format.family(), advert.destinationHigh(), advert.destinationLow());
        }
        return advert.destinationHigh() == groupHigh && advert.destinationLow() == groupLow;
    }

    private boolean listAllowed(AdvertView advert) {
        boolean sameSender =
                listChecked
                        && checkedHigh == advert.sourceHigh()
                        && checkedLow == advert.sourceLow();
        if (format.skipCheckAdvAddr() && sameSender) {
            return true;
        }
        boolean complete =
                addresses.allIn(advert.message() + VrrpHeader.ADDRESSES, advert.addressCount());
        if (!complete && !otherAddressesAllowed(advert)) {
            return false;
        }
        listChecked = true;
        checkedHigh = advert.sourceHigh();
        checkedLow = advert.sourceLow();
        return true;
    }

    private void remark(AdvertRemark remark) {
        remarks.add(remark);
    }

    private void countRemarks(AdvertView advert) {
        plainHeard = remarked(AdvertRemark.CHECKSUM_PLAIN);
        if (format.owner()) {
            remark(AdvertRemark.HEARD_BY_OWNER);
        }
        if (advert.priority() == 0) {
            counters.countPriorityZero();
        }
        for (AdvertRemark remark : REMARKS) {
            if (remarked(remark)) {
                counters.count(remark);
            }
        }
    }
}

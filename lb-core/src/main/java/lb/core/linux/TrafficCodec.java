package lb.core.linux;

import java.util.function.IntFunction;
import lb.core.linux.TrafficFilter.Hook;
import org.jspecify.annotations.Nullable;

/**
 * Traffic control messages (linux/rtnetlink.h, struct tcmsg; linux/pkt_cls.h). Stateless; any
 * thread.
 */
final class TrafficCodec {
    private static final int RTM_NEWQDISC = 36;
    private static final int RTM_DELQDISC = 37;
    private static final int RTM_GETQDISC = 38;
    private static final int RTM_NEWTFILTER = 44;
    private static final int RTM_DELTFILTER = 45;
    private static final int RTM_GETTFILTER = 46;
    private static final int FIXED_LENGTH = 20;
    private static final int INDEX_OFFSET = 4;
    private static final int HANDLE_OFFSET = 8;
    private static final int INFO_OFFSET = 16;
    private static final int TCA_KIND = 1;
    private static final int TCA_OPTIONS = 2;
    private static final int TCA_BPF_FD = 6;
    private static final int TCA_BPF_NAME = 7;
    private static final int TCA_BPF_FLAGS = 8;
    private static final int TCA_BPF_ID = 11;
    private static final int DIRECT_ACTION = 1;
    private static final int ETH_P_ALL = 3;
    private static final int CLSACT_HANDLE = 0xffff_0000;
    private static final int CLSACT_PARENT = 0xffff_fff1;

    private TrafficCodec() {}

    static NetlinkRequest addClsact(int linkIndex, IntFunction<String> linkName) {
        int flags = NetlinkRequest.F_CREATE | NetlinkRequest.F_EXCL;
        return clsact("RTM_NEWQDISC", RTM_NEWQDISC, flags, linkIndex, linkName);
    }

    static NetlinkRequest deleteClsact(int linkIndex, IntFunction<String> linkName) {
        return clsact("RTM_DELQDISC", RTM_DELQDISC, 0, linkIndex, linkName);
    }

    private static NetlinkRequest clsact(
            String name, int type, int flags, int linkIndex, IntFunction<String> linkName) {
        NetlinkRequest request =
                new NetlinkRequest(
                        name, type, flags, () -> "clsact on " + linkName.apply(linkIndex));
        fixed(request, linkIndex, CLSACT_HANDLE, CLSACT_PARENT, 0);
        return request.attribute(TCA_KIND, "clsact");
    }

    static NetlinkRequest listQdiscs() {
        return fixed(
                new NetlinkRequest(
                        "RTM_GETQDISC", RTM_GETQDISC, NetlinkRequest.F_DUMP, () -> "all"),
                0,
                0,
                0,
                0);
    }

    /**
     * The interface of a qdisc that has an ingress hook (clsact, or ingress), or null for any
     * other.
     */
    static @Nullable Integer decodeIngressQdisc(NetlinkMessage message) {
        String kind = message.attributes(FIXED_LENGTH).text(TCA_KIND, "");
        if (!kind.equals("clsact") && !kind.equals("ingress")) {
            return null;
        }
        return message.payload().getInt(INDEX_OFFSET);
    }

    static NetlinkRequest listFilters(int linkIndex, Hook hook, IntFunction<String> linkName) {
        NetlinkRequest request =
                new NetlinkRequest(
                        "RTM_GETTFILTER",
                        RTM_GETTFILTER,
                        NetlinkRequest.F_DUMP,
                        () -> hook + " of " + linkName.apply(linkIndex));
        return fixed(request, linkIndex, 0, hook.parent(), 0);
    }

    /**
     * A request to add or replace a bpf classifier for every protocol.
     *
     * @param flags F_CREATE, with F_EXCL to add and without to replace the one with {@code handle}
     * @param handle 0 lets the kernel choose
     */
    static NetlinkRequest putBpf(
            int flags,
            int linkIndex,
            int preference,
            int handle,
            String name,
            int programFd,
            IntFunction<String> linkName) {
        NetlinkRequest request =
                new NetlinkRequest(
                        "RTM_NEWTFILTER",
                        RTM_NEWTFILTER,
                        flags,
                        () -> name + " on " + linkName.apply(linkIndex));
        fixed(request, linkIndex, handle, Hook.INGRESS.parent(), info(preference, ETH_P_ALL));
        request.attribute(TCA_KIND, "bpf");
        int options = request.begin(TCA_OPTIONS);
        request.attribute(TCA_BPF_FD, programFd).attribute(TCA_BPF_NAME, name);
        return request.attribute(TCA_BPF_FLAGS, DIRECT_ACTION).end(options);
    }

    static NetlinkRequest deleteFilter(TrafficFilter filter, IntFunction<String> linkName) {
        NetlinkRequest request =
                new NetlinkRequest(
                        "RTM_DELTFILTER",
                        RTM_DELTFILTER,
                        0,
                        () -> filter.name() + " on " + linkName.apply(filter.linkIndex()));
        int info = info(filter.preference(), filter.protocol());
        fixed(request, filter.linkIndex(), filter.handle(), filter.hook().parent(), info);
        return request.attribute(TCA_KIND, filter.kind());
    }

    /** Null for the entries without a handle that stand for a whole preference. */
    static @Nullable TrafficFilter decodeFilter(NetlinkMessage message, Hook hook) {
        NetlinkAttributes attributes = message.attributes(FIXED_LENGTH);
        int handle = message.payload().getInt(HANDLE_OFFSET);
        if (message.type() != RTM_NEWTFILTER || handle == 0) {
            return null;
        }
        int info = message.payload().getInt(INFO_OFFSET);
        String kind = attributes.text(TCA_KIND, "");
        NetlinkAttributes options =
                kind.equals("bpf") ? attributes.nested(TCA_OPTIONS) : NetlinkAttributes.none();
        return new TrafficFilter(
                message.payload().getInt(INDEX_OFFSET),
                hook,
                info >>> 16,
                Short.toUnsignedInt(Short.reverseBytes((short) info)),
                handle,
                kind,
                options.text(TCA_BPF_NAME, ""),
                options.i32(TCA_BPF_ID, 0),
                (options.i32(TCA_BPF_FLAGS, 0) & DIRECT_ACTION) != 0);
    }

    /** Preference above, EtherType in network byte order below. */
    private static int info(int preference, int protocol) {
        return preference << 16 | (Short.reverseBytes((short) protocol) & 0xffff);
    }

    private static NetlinkRequest fixed(
            NetlinkRequest request, int linkIndex, int handle, int parent, int info) {
        return request.u8(0).u8(0).u16(0).i32(linkIndex).i32(handle).i32(parent).i32(info);
    }
}

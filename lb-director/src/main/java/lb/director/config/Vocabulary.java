package lb.director.config;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import lb.director.config.syntax.Diagnostics;

/** The words keepalived knows, by block, whether we do them or not. Constant. */
final class Vocabulary {

    private static final String TIMING =
            "delay_loop connect_timeout retry delay_before_retry warmup alpha nb_get_retry ";

    private static final String CHECKER =
            TIMING + "connect_ip connect_port bindto bind_if bind_port fwmark log_all_failures ";

    private static final String CHECKERS =
            "TCP_CHECK HTTP_GET SSL_GET MISC_CHECK SMTP_CHECK DNS_CHECK UDP_CHECK PING_CHECK FILE_CHECK BFD_CHECK ";

    private static final String GARP =
            "garp_master_delay garp_master_repeat garp_lower_prio_delay garp_lower_prio_repeat"
                    + " garp_master_refresh garp_master_refresh_repeat garp_interval gna_interval garp_extra_if ";

    private static final String NOTIFY =
            "notify notify_master notify_backup notify_fault notify_stop notify_deleted"
                    + " notify_master_rx_lower_pri notify_priority_changes smtp_alert ";

    private static final String TRACK =
            "track_interface track_script track_file track_process track_bfd ";

    private static final String HTTP =
            CHECKER + "url http_protocol fast_recovery enable_sni sni_name virtualhost ";

    private static final String PROCESS =
            """
            process_names process_name vrrp_process_name checker_process_name bfd_process_name
            bfd_cpu_affinity bfd_no_swap bfd_priority bfd_rlimit_rttime bfd_rt_priority
            checker_cpu_affinity checker_no_swap checker_priority checker_rlimit_rttime checker_rt_priority
            vrrp_cpu_affinity vrrp_no_swap vrrp_priority vrrp_rlimit_rttime vrrp_rt_priority max_auto_priority
            min_auto_priority_delay lvs_netlink_cmd_rcv_bufs lvs_netlink_cmd_rcv_bufs_force
            lvs_netlink_monitor_rcv_bufs lvs_netlink_monitor_rcv_bufs_force vrrp_netlink_cmd_rcv_bufs
            vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs vrrp_netlink_monitor_rcv_bufs_force
            process_monitor_rcv_bufs process_monitor_rcv_bufs_force vrrp_rx_bufs_policy vrrp_rx_bufs_multiplier
            umask random_seed tmp_config_directory config_save_dir child_wait_time data_use_instance
            """;

    private static final String GLOBAL =
            """
            router_id default_interface script_user enable_script_security notification_email
            notification_email_from smtp_server smtp_helo_name smtp_connect_timeout smtp_alert smtp_alert_vrrp
            smtp_alert_checker no_email_faults no_checker_emails checker_log_all_failures rs_init_notifies
            startup_script startup_script_timeout shutdown_script shutdown_script_timeout dynamic_interfaces
            disable_local_igmp linkbeat_use_polling lvs_sync_daemon lvs_timeouts lvs_flush lvs_flush_on_stop
            vrrp_mcast_group4 vrrp_mcast_group6 vrrp_garp_master_delay vrrp_garp_master_repeat
            vrrp_garp_lower_prio_delay vrrp_garp_lower_prio_repeat vrrp_garp_master_refresh
            vrrp_garp_master_refresh_repeat vrrp_garp_interval vrrp_gna_interval vrrp_min_garp vrrp_garp_extra_if
            vrrp_lower_prio_no_advert vrrp_higher_prio_send_advert vrrp_down_timer_adverts vrrp_version
            vrrp_check_unicast_src vrrp_skip_check_adv_addr vrrp_strict vrrp_startup_delay vrrp_delay_after_boot
            vrrp_notify_priority_changes vrrp_iptables vrrp_ipsets nftables nftables_counters nftables_ifindex
            nftables_ipvs nftables_ipvs_priority nftables_ipvs_start_fwmark nftables_priority iptables
            log_unknown_vrids vmac_prefix vmac_addr_prefix net_namespace net_namespace_ipvs namespace_with_ipsets
            instance use_pid_dir notify_fifo notify_fifo_script vrrp_notify_fifo vrrp_notify_fifo_script
            lvs_notify_fifo lvs_notify_fifo_script fifo_write_vrrp_states_on_reload enable_snmp_keepalived
            enable_snmp_vrrp enable_snmp_checker enable_snmp_rfc enable_snmp_rfcv2 enable_snmp_rfcv3 enable_traps
            snmp_socket snmp_vrrp_instances enable_dbus dbus_service_name dbus_no_interface_name include_check
            reload_check_config reload_time_file reload_repeat reload_file json_version state_dump_file
            stats_dump_file json_dump_file vrrp_owner_ignore_adverts timer_expired_backup
            """
                    + PROCESS;

    private static final String INSTANCE =
            NOTIFY
                    + TRACK
                    + GARP
                    + """
                    state interface virtual_router_id priority advert_int version authentication auth_hmac
                    virtual_ipaddress virtual_ipaddress_excluded virtual_routes virtual_rules unicast_src_ip
                    mcast_src_ip mcast_dst_ip unicast_peer unicast_ttl unicast_fault_no_peer nopreempt preempt
                    preempt_delay lower_prio_no_advert higher_prio_send_advert down_timer_adverts
                    skip_check_adv_addr check_unicast_src strict_mode use_vmac use_vmac_addr use_ipvlan
                    vmac_xmit_base native_ipv6 vrf dont_track_primary track_src_ip accept no_accept debug
                    promote_secondaries v3_checksum_as_v2 v3_checksum_type old_unicast_checksum kernel_rx_buf_size
                    lvs_sync_daemon_interface linkbeat_use_polling timer_expired_backup allow_no_vips
                    ipset_version evip_other_family
                    """;

    private static final String VIRTUAL_SERVER =
            """
            protocol lvs_sched lb_algo lvs_method lb_kind sh-port sh-fallback mh-port mh-fallback flag-1 flag-2
            flag-3 scheduler_flag ops persistence_timeout persistence_granularity persistence_engine omega quorum hysteresis
            quorum_up quorum_down sorry_server sorry_server_inhibit sorry_server_lvs_method inhibit_on_failure
            ha_suspend weight virtualhost snmp_name smtp_alert ip_family hashed real_server
            """;

    private static final String REAL_SERVER =
            """
            weight lvs_method lb_kind uthreshold lthreshold notify_up notify_down inhibit_on_failure smtp_alert
            virtualhost snmp_name
            """;

    private static final String URL =
            """
            path digest status_code virtualhost regex regex_no_match regex_options regex_stack regex_min_offset
            regex_max_offset tls_compliant
            """;

    private static final Map<String, Set<String>> WORDS = new HashMap<>();

    static {
        words(
                "the configuration",
                """
                global_defs static_ipaddress static_routes static_rules track_group linkbeat_interfaces
                interface_up_down_delays vrrp_script vrrp_track_process vrrp_track_file track_file bfd_instance
                garp_group vrrp_sync_group vrrp_instance virtual_server_group virtual_server SSL lb
                net_namespace net_namespace_ipvs namespace_with_ipsets instance use_pid_dir linkbeat_use_polling
                child_wait_time include_check
                """);
        words("global_defs", GLOBAL);
        words("vrrp_instance", INSTANCE);
        words(
                "vrrp_sync_group",
                NOTIFY + TRACK + "group global_tracking sync_group_tracking_weight");
        words("vrrp_script", "script interval timeout weight rise fall user init_fail");
        words("vrrp_track_file", "file weight init_file");
        words("authentication", "auth_type auth_pass");
        words("garp_group", "garp_interval gna_interval interface interfaces");
        words("SSL", "password ca certificate key");
        words("virtual_server_group", "fwmark");
        words("virtual_server", TIMING + VIRTUAL_SERVER);
        words("real_server", TIMING + CHECKERS + REAL_SERVER);
        words("TCP_CHECK", CHECKER);
        words("PING_CHECK", CHECKER);
        words("HTTP_GET", HTTP);
        words("SSL_GET", HTTP);
        words("url", URL);
        words("MISC_CHECK", CHECKER + "misc_path misc_timeout misc_dynamic user");
        words("SMTP_CHECK", CHECKER + "helo_name host");
        words("DNS_CHECK", CHECKER + "type name");
        words("UDP_CHECK", CHECKER + "payload require_reply min_reply_length max_reply_length");
        words("FILE_CHECK", "track_file dynamic weight " + TIMING);
        words("BFD_CHECK", "name " + TIMING);
    }

    /** What the operator gives, for the message about a missing argument. */
    private static final Map<String, String> USAGE =
            Map.ofEntries(
                    Map.entry(
                            "virtual_server",
                            "'IP port', 'group NAME' or 'fwmark N', as in: virtual_server 10.0.0.1 80"),
                    Map.entry(
                            "real_server", "an address and a port, as in: real_server 10.0.0.2 80"),
                    Map.entry("virtual_server_group", "a name"),
                    Map.entry("vrrp_instance", "a name, as in: vrrp_instance VI_1"),
                    Map.entry("vrrp_script", "a name, as in: vrrp_script check_web"),
                    Map.entry("vrrp_track_file", "a name, as in: vrrp_track_file by_hand"),
                    Map.entry("track_file", "a name, as in: track_file by_hand"),
                    Map.entry("vrrp_sync_group", "a name, as in: vrrp_sync_group VG_1"),
                    Map.entry("file", "a path, as in: file /run/lb/weight"),
                    Map.entry("protocol", "TCP, UDP or SCTP"),
                    Map.entry("lvs_sched", "the name of a scheduler, such as wlc"),
                    Map.entry("lb_algo", "the name of a scheduler, such as wlc"),
                    Map.entry(
                            "scheduler_flag", "a flag of the scheduler, such as table-size=65537"),
                    Map.entry("lvs_method", "DR"),
                    Map.entry("lb_kind", "DR"),
                    Map.entry(
                            "mark", "a number and a block, as in: mark 1 { destination 10.0.0.1 }"),
                    Map.entry("source", "an address or a network, such as 10.0.0.0/8"),
                    Map.entry("destination", "the address of a VIP"),
                    Map.entry("port", "a port or a range, such as 80,443 or 8000-8010"),
                    Map.entry("ip_family", "inet or inet6"),
                    Map.entry("default_interface", "the name of an interface"),
                    Map.entry("router_id", "a name"));

    private Vocabulary() {}

    private static void words(String block, String words) {
        WORDS.put(
                block,
                Arrays.stream(words.strip().split("\\s+")).collect(Collectors.toUnmodifiableSet()));
    }

    /** The words keepalived knows in a block; empty if we keep no list of that block. */
    static Set<String> words(String block) {
        return WORDS.getOrDefault(block, Set.of());
    }

    /** What a keyword needs, for "NAME needs ...". */
    static String usage(String keyword) {
        return USAGE.getOrDefault(keyword, "a value");
    }

    /** What it means that a keyword is not done yet; empty, or starts with "; ". */
    static String consequence(String keyword) {
        boolean checker =
                keyword.endsWith("_CHECK")
                        || keyword.equals("HTTP_GET")
                        || keyword.equals("SSL_GET");
        return switch (keyword) {
            case "track_process", "track_bfd" -> "; the instance takes no notice of it";
            case "track_src_ip" -> "; an instance whose source address is gone goes on";
            case "unicast_fault_no_peer" -> "; an instance without a peer goes on";
            case "fifo_write_vrrp_states_on_reload" ->
                    "; after a reload fifos hear of changes only";
            case "no_accept" -> "; packets to the VIPs are accepted";
            case "sorry_server" -> "; without a usable real server clients get no answer";
            default -> checker ? "; real servers count as up without it" : "";
        };
    }

    /** The message about a word that does not belong in a block. */
    static String unknown(String word, String block, Set<String> candidates) {
        if (words("the configuration").contains(word)) {
            return word + " cannot stand inside " + block + "; is a '}' missing above this line?";
        }
        String nearest = Keywords.nearest(word, new TreeSet<>(candidates));
        String message = "unknown keyword " + Diagnostics.quote(word) + " in " + block;
        if (nearest != null) {
            return message + "; did you mean " + nearest + "?";
        }
        Set<String> homes = new TreeSet<>();
        WORDS.forEach((home, words) -> {
            if (words.contains(word)) {
                homes.add(home);
            }
        });
        return homes.isEmpty()
                ? message + "; it is skipped"
                : message + "; it belongs in " + String.join(" or ", homes);
    }
}

package lb.director.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ipvsadm's command lines, and what they ask for. */
class IpvsadmRequestsTest {
    private static IpvsadmRequest request(String line) throws IpvsadmException {
        return IpvsadmRequests.of(IpvsadmArguments.parse(List.of(line.split(" "))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -A -t 10.0.0.1:80 -s rr            | AddService[service=tcp:10.0.0.1:80, balancing=Balancing[scheduler=rr, flags=[], persistenceSeconds=0, persistencePrefixLength=32, onePacket=false]]
                    -At 10.0.0.1:80                    | AddService[service=tcp:10.0.0.1:80, balancing=Balancing[scheduler=wlc, flags=[], persistenceSeconds=0, persistencePrefixLength=32, onePacket=false]]
                    -A -u 10.0.0.1:domain -o -s mh -b flag-1,mh-port | AddService[service=udp:10.0.0.1:53, balancing=Balancing[scheduler=mh, flags=[mh-fallback, mh-port], persistenceSeconds=0, persistencePrefixLength=32, onePacket=true]]
                    -A -t 10.0.0.1 -p                  | AddService[service=tcp:10.0.0.1:0, balancing=Balancing[scheduler=wlc, flags=[], persistenceSeconds=300, persistencePrefixLength=32, onePacket=false]]
                    -A -p -t 10.0.0.1:80 -M 255.255.0.0| AddService[service=tcp:10.0.0.1:80, balancing=Balancing[scheduler=wlc, flags=[], persistenceSeconds=300, persistencePrefixLength=16, onePacket=false]]
                    -E -t [fd00::1]:80 -p 60 -M 64     | EditService[service=tcp:[fd00:0:0:0:0:0:0:1]:80, balancing=Balancing[scheduler=wlc, flags=[], persistenceSeconds=60, persistencePrefixLength=64, onePacket=false]]
                    --add-service --tcp-service=10.0.0.1:80 --scheduler sh --persistent=5 | AddService[service=tcp:10.0.0.1:80, balancing=Balancing[scheduler=sh, flags=[], persistenceSeconds=5, persistencePrefixLength=32, onePacket=false]]
                    -D --sctp-service 10.0.0.1:99      | RemoveService[service=sctp:10.0.0.1:99]
                    -a -t 10.0.0.1:80 -r 10.0.0.2      | AddServer[service=tcp:10.0.0.1:80, realServer=10.0.0.2, weight=1, upperThreshold=0, lowerThreshold=0]
                    -a -t10.0.0.1:80 -r10.0.0.2:80 -gw7 | AddServer[service=tcp:10.0.0.1:80, realServer=10.0.0.2:80, weight=7, upperThreshold=0, lowerThreshold=0]
                    -e -t 10.0.0.1:80 -r 10.0.0.2:http -x 100 -y 80 -w 0 | EditServer[service=tcp:10.0.0.1:80, realServer=10.0.0.2:80, weight=0, upperThreshold=100, lowerThreshold=80]
                    -d -u 10.0.0.1:53 -r 10.0.0.2      | RemoveServer[service=udp:10.0.0.1:53, realServer=10.0.0.2, deadlineSeconds=0]
                    -A -f 1 -s rr                      | AddService[service=fwm:1, balancing=Balancing[scheduler=rr, flags=[], persistenceSeconds=0, persistencePrefixLength=32, onePacket=false]]
                    -A -f 2147483647 -6 -p 60          | AddService[service=fwm:2147483647 IPv6, balancing=Balancing[scheduler=wlc, flags=[], persistenceSeconds=60, persistencePrefixLength=128, onePacket=false]]
                    -a -f 1 -r 10.0.0.2:0 -g -w 2      | AddServer[service=fwm:1, realServer=10.0.0.2:0, weight=2, upperThreshold=0, lowerThreshold=0]
                    -d --fwmark-service 1 -6 -r fd00::2 | RemoveServer[service=fwm:1 IPv6, realServer=fd00:0:0:0:0:0:0:2, deadlineSeconds=0]
                    -D -f 1                            | RemoveService[service=fwm:1]
                    -C                                 | RemoveAllServices[]
                    --set 900 120 0                    | SetTimeouts[tcpSeconds=900, tcpFinSeconds=120, udpSeconds=0]
                    """)
    void makesChanges(String line, String expected) throws Exception {
        assertThat(request(line))
                .isInstanceOfSatisfying(
                        IpvsadmRequest.Make.class,
                        make -> assertThat(make.change()).hasToString(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -Ln                      | Table[columns=PLAIN, service=null, exact=false, sorted=true]
                    -l                       | Table[columns=PLAIN, service=null, exact=false, sorted=true]
                    -n                       | Table[columns=PLAIN, service=null, exact=false, sorted=true]
                    -L -n --stats --exact    | Table[columns=STATS, service=null, exact=true, sorted=true]
                    -ln --rate --nosort      | Table[columns=RATE, service=null, exact=false, sorted=false]
                    --list --thresholds      | Table[columns=THRESHOLDS, service=null, exact=false, sorted=true]
                    -L --persistent-conn --sort | Table[columns=PERSISTENT, service=null, exact=false, sorted=true]
                    -Lnt 10.0.0.1:80         | Table[columns=PLAIN, service=EndpointName[protocol=TCP, address=10.0.0.1, port=80, mark=0], exact=false, sorted=true]
                    -Lnf 1                   | Table[columns=PLAIN, service=EndpointName[protocol=FWM, address=0.0.0.0, port=0, mark=1], exact=false, sorted=true]
                    -Z -f 1 -6               | Zero[service=fwm:1 IPv6]
                    -lnc                     | Connections[service=null]
                    -L --timeout             | Timeouts[]
                    -L --daemon              | Daemons[]
                    -Sn                      | Save[]
                    -R                       | Restore[]
                    -Z                       | Zero[service=null]
                    -Z -t 10.0.0.1:80        | Zero[service=tcp:10.0.0.1:80]
                    -h                       | Help[]
                    --version                | Version[]
                    -Ln --control /run/x --json | Table[columns=PLAIN, service=null, exact=false, sorted=true]
                    """)
    void asks(String line, String expected) throws Exception {
        assertThat(request(line)).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            textBlock =
                    """
                    -A                                 | -A needs a service
                    -A -t                              | -t needs a value
                    -A -t 10.0.0.1                     | port 0 means all ports
                    -A -t 10.0.0.1:80 -u 10.0.0.1:80   | -t and -u are two services
                    -A -t 10.0.0.1:80 -o               | -o is for UDP services alone
                    -A -t 10.0.0.1:80 -M 255.0.0.0     | -M needs -p
                    -A -t 10.0.0.1:80 -p -M 255.0.255.0 | -M takes a netmask
                    -A -t 10.0.0.1:80 -p 0             | -p takes a number from 1 to 2678400, not '0'
                    -A -t 10.0.0.1:80 --pe sip         | --pe: there is no persistence engine
                    -A -t 10.0.0.1:80 -s mh -b sh-port | the scheduler mh has no flag 'sh-port'
                    -A -t 10.0.0.1:80 -w 3             | -A does not go with -w
                    -A -t 10.0.0.1:99999               | there is no port '99999'
                    -A -t 10.0.1:80                    | '10.0.1' is no address
                    -A -t nowhere.invalid:80           | no host has that name
                    -A -t [fd00::1                     | is not of the form ADDRESS[:PORT]
                    -A -t tcp:10.0.0.1:80              | names a protocol
                    -A -f 0                            | -f: a mark is a number from 1 to 2147483647, not '0'
                    -A -f 2147483648                   | -f: a mark is a number from 1 to 2147483647
                    -A -f web                          | -f: a mark is a number from 1 to 2147483647, not 'web'
                    -A -f 1 -o                         | -o is for UDP services alone
                    -A -f 1 -t 10.0.0.1:80             | are two services
                    -A -D -t 10.0.0.1:80               | -A and -D are two commands
                    -a -t 10.0.0.1:80                  | -a needs a real server
                    -a -t 10.0.0.1:80 -r 10.0.0.2 -m   | -m: this director does direct routing alone
                    -a -t 10.0.0.1:80 -r 10.0.0.2 -i   | -i: this director does direct routing alone
                    -a -t 10.0.0.1:80 -r 10.0.0.2 -w 70000 | -w takes a number from 0 to 65535, not '70000'
                    -a -t 10.0.0.1:80 -r 10.0.0.2 -w -1 | -w needs a value
                    -a -t 10.0.0.1:80 -r 10.0.0.2 -x x | -x takes a number
                    -d -t 10.0.0.1:80 -r 10.0.0.2 -w 1 | -d does not go with -w
                    -L --stats --rate                  | --stats and --rate are different listings
                    -L -w 1                            | -L does not go with -w
                    -C -t 10.0.0.1:80                  | -C does not go with -t
                    -S -c                              | -S does not go with -c
                    --set 1 2                          | --set takes three timeouts
                    --set 1 2 x                        | --set takes a number
                    --set 1 2 3 -n                     | --set does not go with -n
                    -Ln 10.0.0.1                       | '10.0.0.1' belongs to no option
                    -q                                 | there is no option -q
                    -Lq                                | there is no option -q in -Lq
                    --frob                             | there is no option --frob
                    --numeric=1                        | -n takes no value
                    -L -n -n                           | -n is given twice
                    --start-daemon master              | there is no synchronisation daemon
                    """)
    void refusesWhatMakesNoSense(String line, String expected) {
        assertThatThrownBy(() -> request(line))
                .isInstanceOf(IpvsadmException.class)
                .hasMessageContaining(expected);
    }
}

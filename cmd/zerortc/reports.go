package main

import (
	"fmt"
	"text/tabwriter"
	"time"
)

// ctlReports lists what pages told of their calls.
func ctlReports(a asking) error {
	all, err := a.server.Reports(a)
	if err != nil {
		return err
	}
	if a.flags.Bool("json") {
		return printJSON(a.out, all)
	}
	table := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "AT\tOUTCOME\tWAY\tTRANSPORT\tCONNECTED AFTER\tVERDICT")
	for _, r := range all {
		after := "never"
		if r.ConnectMS > 0 {
			after = (time.Duration(r.ConnectMS) * time.Millisecond).String()
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", r.At.Format(time.DateTime), r.Outcome, r.Pair, r.Transport, after, r.Verdict)
	}
	return table.Flush()
}

package reading

import (
	"fmt"

	"github.com/grafana/dataplane/sdata"
	"github.com/grafana/dataplane/sdata/numeric"
	"github.com/grafana/dataplane/sdata/reader"
	"github.com/grafana/dataplane/sdata/timeseries"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// Dataplane says what alert rules and expressions find in the frames of one refId.
//
// Readable is false where the frames do not declare a kind that they read: then they guess from the shape.
// Error is set where the frames declare a kind and do not keep its promise.
type Dataplane struct {
	Readable  bool     `json:"readable"`
	Kind      string   `json:"kind,omitempty"`
	NoData    bool     `json:"noData,omitempty"`
	Metrics   []Metric `json:"metrics,omitempty"`
	Remainder []string `json:"remainder,omitempty"`
	Warning   string   `json:"warning,omitempty"`
	Error     string   `json:"error,omitempty"`
}

// Metric is one series or one number, told apart from the others by name and labels.
type Metric struct {
	Name   string      `json:"name"`
	Labels data.Labels `json:"labels"`
	Points int         `json:"points"`
}

// DataplaneOf reads frames as the alerting engine does, with the data itself validated.
func DataplaneOf(frames data.Frames) Dataplane {
	kind, err := reader.CanReadBasedOnMeta(frames)
	if err != nil {
		return Dataplane{Kind: string(kind), Warning: err.Error()}
	}
	found := Dataplane{Readable: true, Kind: string(kind)}
	switch kind.Kind() {
	case data.KindTimeSeries:
		found.timeSeries(frames)
	case data.KindNumeric:
		found.numeric(frames)
	default:
		found.Error = fmt.Sprintf("kind %q is readable, and no reader is known for it", kind)
	}
	return found
}

func (d *Dataplane) timeSeries(frames data.Frames) {
	source, err := timeseries.CollectionReaderFromFrames(frames)
	if err != nil {
		d.Error = err.Error()
		return
	}
	collection, err := source.GetCollection(true)
	if err != nil {
		d.Error = err.Error()
		return
	}
	d.NoData = collection.NoData()
	for _, ref := range collection.Refs {
		points, err := ref.Len()
		if err != nil {
			d.Error = err.Error()
		}
		d.Metrics = append(d.Metrics, Metric{Name: ref.GetMetricName(), Labels: ref.GetLabels(), Points: points})
	}
	d.rest(collection.RemainderIndices, collection.Warning)
}

func (d *Dataplane) numeric(frames data.Frames) {
	source, err := numeric.CollectionReaderFromFrames(frames)
	if err != nil {
		d.Error = err.Error()
		return
	}
	collection, err := source.GetCollection(false) // the library cannot validate the values of numbers
	if err != nil {
		d.Error = err.Error()
		return
	}
	d.NoData = collection.NoData()
	for _, ref := range collection.Refs {
		_, empty, err := ref.NullableFloat64Value()
		if err != nil {
			d.Error = err.Error()
		}
		points := 1
		if empty {
			points = 0
		}
		d.Metrics = append(d.Metrics, Metric{Name: ref.GetMetricName(), Labels: ref.GetLabels(), Points: points})
	}
	d.rest(collection.RemainderIndices, collection.Warning)
}

func (d *Dataplane) rest(ignored []sdata.FrameFieldIndex, warning error) {
	for _, each := range ignored {
		d.Remainder = append(d.Remainder, each.Reason)
	}
	if warning != nil {
		d.Warning = warning.Error()
	}
}

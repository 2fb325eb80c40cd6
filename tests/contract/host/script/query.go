package script

import (
	"context"
	"encoding/json"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"reliability-studio/contracthost/reading"
)

// StepQueryData is one QueryData call of any number of queries. Brief leaves the cells out of the result.
type StepQueryData struct {
	Common
	Headers                 map[string]string `json:"headers"`
	Queries                 []Query           `json:"queries"`
	Format                  string            `json:"format"` // ARROW when absent, or JSON
	Brief                   bool              `json:"brief"`
	CancelAfterMilliseconds int               `json:"cancelAfterMilliseconds"`
}

// Query is one refId. Model is the query as the frontend saved it.
type Query struct {
	RefID         string          `json:"refId"`
	QueryType     string          `json:"queryType"`
	Model         json.RawMessage `json:"model"`
	FromMS        int64           `json:"fromMS"`
	ToMS          int64           `json:"toMS"`
	IntervalMS    int64           `json:"intervalMS"`
	MaxDataPoints int64           `json:"maxDataPoints"`
}

// Answers is a whole QueryData answer. HostError is set where Grafana fails all of it, and each refId with it.
type Answers struct {
	HostError string                  `json:"hostError,omitempty"`
	JSONBytes int                     `json:"jsonBytes"` // of the answer of /api/ds/query
	Responses map[string]DataResponse `json:"responses"`
}

// DataResponse is the answer to one refId.
type DataResponse struct {
	Status      int32             `json:"status"`
	Error       string            `json:"error,omitempty"`
	ErrorSource string            `json:"errorSource,omitempty"`
	Format      string            `json:"format"`
	Bytes       int               `json:"bytes"`
	DecodeError string            `json:"decodeError,omitempty"`
	Frames      []reading.Frame   `json:"frames"`
	Dataplane   reading.Dataplane `json:"dataplane"`
}

func (s *StepQueryData) run(ctx context.Context, call call) (any, error) {
	ctx, cancel := cancelled(ctx, s.CancelAfterMilliseconds)
	defer cancel()
	response, err := call.Plugin.Data.QueryData(ctx, s.request(call.caller))
	if err != nil {
		return nil, err
	}
	answers := Answers{Responses: map[string]DataResponse{}}
	for refID, each := range response.Responses {
		answers.Responses[refID] = dataResponse(each, s.Brief)
	}
	answers.asHost(response)
	return answers, nil
}

func (s *StepQueryData) request(caller Context) *pluginv2.QueryDataRequest {
	request := &pluginv2.QueryDataRequest{
		PluginContext: caller.proto(),
		Headers:       s.Headers,
		Format:        pluginv2.DataFrameFormat(pluginv2.DataFrameFormat_value[s.Format]),
	}
	for _, query := range s.Queries {
		request.Queries = append(request.Queries, query.proto())
	}
	return request
}

func (q Query) proto() *pluginv2.DataQuery {
	return &pluginv2.DataQuery{
		RefId:         q.RefID,
		MaxDataPoints: q.MaxDataPoints,
		IntervalMS:    q.IntervalMS,
		TimeRange:     &pluginv2.TimeRange{FromEpochMS: q.FromMS, ToEpochMS: q.ToMS},
		Json:          q.Model,
		QueryType:     q.QueryType,
	}
}

// asHost turns the answer into what the browser gets, with the host's own code.
func (a *Answers) asHost(response *pluginv2.QueryDataResponse) {
	decoded, err := backend.FromProto().QueryDataResponse(response)
	if err != nil {
		a.HostError = err.Error()
		return
	}
	text, err := json.Marshal(decoded)
	if err != nil {
		a.HostError = err.Error()
		return
	}
	a.JSONBytes = len(text)
}

func dataResponse(response *pluginv2.DataResponse, brief bool) DataResponse {
	found := DataResponse{
		Status:      response.Status,
		Error:       response.Error,
		ErrorSource: response.ErrorSource,
		Format:      response.Format.String(),
		Frames:      []reading.Frame{},
	}
	for _, bytes := range response.Frames {
		found.Bytes += len(bytes)
	}
	frames, err := decodedFrames(response)
	if err != nil {
		found.DecodeError = err.Error()
		return found
	}
	for _, frame := range frames {
		read := reading.Of(frame)
		if brief {
			read = read.Brief()
		}
		found.Frames = append(found.Frames, read)
	}
	found.Dataplane = reading.DataplaneOf(frames)
	return found
}

func decodedFrames(response *pluginv2.DataResponse) (data.Frames, error) {
	if response.Format == pluginv2.DataFrameFormat_ARROW {
		return data.UnmarshalArrowFrames(response.Frames)
	}
	frames := data.Frames{}
	for _, bytes := range response.Frames {
		frame := &data.Frame{}
		if err := json.Unmarshal(bytes, frame); err != nil {
			return nil, err
		}
		frames = append(frames, frame)
	}
	return frames, nil
}

// Command goecho is a plugin that does nothing but answer, written with Grafana's own SDK for Go. It is what
// the same contract costs on the same machine without our product and without Python.
//
//	CallResource   sends the request's body back, status 200, whatever the method and the path
//	QueryData      one frame per query: a time and a float64 field with `rows` rows (1000 when not said)
//	CheckHealth    is well
//
// It keeps no instances, so one process serves calls with app settings and with data source settings.
package main

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

const (
	pluginID    = "reliability-goecho-app"
	defaultRows = 1000
	maxRows     = 1_000_000
)

func main() {
	backend.SetupPluginEnvironment(pluginID)
	if err := backend.SetupTracer(pluginID, tracing.Opts{}); err != nil {
		log.DefaultLogger.Error("no tracer", "error", err)
		os.Exit(1)
	}
	err := backend.Manage(pluginID, backend.ServeOpts{
		CallResourceHandler: backend.CallResourceHandlerFunc(echo),
		QueryDataHandler:    backend.QueryDataHandlerFunc(query),
		CheckHealthHandler:  backend.CheckHealthHandlerFunc(health),
	})
	if err != nil {
		log.DefaultLogger.Error("could not serve", "error", err)
		os.Exit(1)
	}
}

func echo(_ context.Context, request *backend.CallResourceRequest, sender backend.CallResourceResponseSender) error {
	return sender.Send(&backend.CallResourceResponse{
		Status:  200,
		Headers: map[string][]string{"Content-Type": {"application/json"}},
		Body:    request.Body,
	})
}

func health(context.Context, *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	return &backend.CheckHealthResult{Status: backend.HealthStatusOk, Message: "it echoes"}, nil
}

func query(_ context.Context, request *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	response := backend.NewQueryDataResponse()
	for _, each := range request.Queries {
		response.Responses[each.RefID] = answer(each)
	}
	return response, nil
}

func answer(query backend.DataQuery) backend.DataResponse {
	model := struct {
		Rows int `json:"rows"`
	}{Rows: defaultRows}
	if err := json.Unmarshal(query.JSON, &model); err != nil {
		return backend.ErrDataResponse(backend.StatusBadRequest, err.Error())
	}
	if model.Rows < 0 || model.Rows > maxRows {
		return backend.ErrDataResponse(backend.StatusBadRequest, "rows must be from 0 to 1000000")
	}
	return backend.DataResponse{Frames: data.Frames{wave(model.Rows, query.TimeRange)}}
}

// wave is computed for each answer, as a real query would be.
func wave(rows int, over backend.TimeRange) *data.Frame {
	times, values := make([]time.Time, rows), make([]*float64, rows)
	step := over.Duration() / time.Duration(max(rows, 1))
	for row := range rows {
		times[row] = over.From.Add(step * time.Duration(row))
		value := math.Sin(float64(row) / 100)
		values[row] = &value
	}
	frame := data.NewFrame("wave", data.NewField("time", nil, times), data.NewField("value", nil, values))
	return frame.SetMeta(&data.FrameMeta{
		Type:        data.FrameTypeTimeSeriesMulti,
		TypeVersion: data.FrameTypeVersion{0, 1},
	})
}

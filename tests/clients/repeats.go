// Sends two GETs and two POSTs, the POSTs with idempotency keys unless there is an argument, and prints the status of each.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

const job = `{"operation": "create", "namespace": "default", "object": "vehicle"}`

func send(method, body, key string) {
	request, _ := http.NewRequest(method, os.Getenv("ZUORA_URL")+"/objects/jobs", strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+os.Getenv("ZUORA_TOKEN"))
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Println(method, "failed")
		return
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	fmt.Println(method, response.StatusCode)
}

func main() {
	send("GET", "", "")
	send("GET", "", "")
	for _, key := range []string{"first", "second"} {
		if len(os.Args) > 1 {
			key = ""
		}
		send("POST", job, key)
	}
}

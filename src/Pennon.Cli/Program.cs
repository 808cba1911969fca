using Pennon.Cli;
using Pennon.Cli.Terminals;

using var terminal = Terminal.ForProcess();
using var interruption = new Interruption();
return await PennonApp.RunAsync(args, terminal, interruption.Token).ConfigureAwait(false);
